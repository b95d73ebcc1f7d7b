-- Four eyes: what one officer proposes and another approves, and the signatures of officers' words.
-- A word of an officer on things that are named by their digests.
create table act_signature (
  id               text primary key,
  officer_id       text not null,
  -- Null: of the node.
  operation_id     text,
  word             text not null check (word in ('approve', 'refuse')),
  act_kind         text not null,
  act_id           text not null,
  act_digest       text not null check (act_digest ~ '^[0-9a-f]{64,128}$'),
  -- Canonical JSON of what was signed: the word, the things with their digests, the officer, when.
  statement        text not null,
  statement_sha256 text not null check (statement_sha256 = encode(sha256(convert_to(statement, 'UTF8')), 'hex')),
  -- 'passkey': WebAuthn, its challenge is the SHA-256 of the statement. 'ssh': SSHSIG over it, by an operator's key.
  -- 'unsigned': an officer without either, as in an exercise.
  way              text not null check (way in ('passkey', 'ssh', 'unsigned')),
  -- The passkey's id, or the fingerprint of the key.
  key_id           text,
  client_data      bytea,
  authenticator_data bytea,
  signature        bytea,
  signed_at        timestamptz not null,
  -- When the act that it is for was done; a signature is for one act only.
  used_at          timestamptz,
  constraint act_signature_signed check ((way = 'unsigned') = (signature is null) and (way = 'unsigned') = (key_id is null)),
  constraint act_signature_passkey check ((way = 'passkey') = (client_data is not null and authenticator_data is not null))
);
create index act_signature_act on act_signature (act_kind, act_id);
create index act_signature_open on act_signature (officer_id, act_digest) where used_at is null;
create index act_signature_operation on act_signature (operation_id, id desc);

create function act_signature_is_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.used_at is null and new.used_at is not null
    and to_jsonb(new) - 'used_at' = to_jsonb(old) - 'used_at' then
    return new;
  end if;
  raise exception 'a signature is kept as it was given, and used once' using errcode = 'insufficient_privilege';
end $$;
create trigger act_signature_is_kept before update or delete on act_signature
  for each row execute function act_signature_is_kept();
create trigger act_signature_no_truncate before truncate on act_signature
  for each statement execute function custody_is_append_only();

-- A grave act that waits for a second officer.
create table proposal (
  id              text primary key,
  kind            text not null,
  -- Null: of the node (roles).
  operation_id    text,
  -- Canonical JSON: exactly what will be done, by whom it was proposed, why, and until when it may be approved.
  document        text not null,
  digest          text not null check (digest = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
  proposed_by     text not null,
  proposed_at     timestamptz not null,
  expires_at      timestamptz not null check (expires_at > proposed_at),
  decision        text check (decision in ('approve', 'refuse', 'withdraw')),
  decided_by      text,
  decided_at      timestamptz,
  decided_digest  text,
  decision_reason text,
  signature_id    text unique references act_signature,
  used_at         timestamptz,
  constraint proposal_decision_whole check (num_nonnulls(decision, decided_by, decided_at, decided_digest) in (0, 4)),
  constraint proposal_second_officer check ((decision = 'withdraw') = (decided_by = proposed_by)),
  constraint proposal_decided_content check (decided_digest = digest),
  constraint proposal_signed check ((decision in ('approve', 'refuse')) = (signature_id is not null)),
  constraint proposal_refusal_says_why check (decision is distinct from 'refuse' or decision_reason is not null),
  constraint proposal_in_time check (decision is distinct from 'approve' or decided_at <= expires_at),
  constraint proposal_use check (used_at is null or (decision = 'approve' and decision is not null and used_at <= expires_at))
);
create index proposal_open on proposal (expires_at) where decision is null;
create index proposal_operation on proposal (operation_id, id desc);

create function proposal_is_kept() returns trigger language plpgsql as $$
declare
  decided constant text[] := array['decision', 'decided_by', 'decided_at', 'decided_digest', 'decision_reason', 'signature_id'];
begin
  if tg_op = 'UPDATE' and old.decision is null and to_jsonb(new) - decided = to_jsonb(old) - decided then
    return new;
  end if;
  if tg_op = 'UPDATE' and old.used_at is null and to_jsonb(new) - 'used_at' = to_jsonb(old) - 'used_at' then
    return new;
  end if;
  raise exception 'a proposal is decided once, used once, and never changed' using errcode = 'insufficient_privilege';
end $$;
create trigger proposal_is_kept before update or delete on proposal
  for each row execute function proposal_is_kept();
create trigger proposal_no_truncate before truncate on proposal
  for each statement execute function custody_is_append_only();

-- The challenge of a signature is the SHA-256 of the statement that is signed.
alter table sign_in_challenge drop constraint sign_in_challenge_purpose_check;
alter table sign_in_challenge
  add constraint sign_in_challenge_purpose_check check (purpose in ('enrol', 'sign-in', 'prove', 'sign')),
  add column statement text,
  add check ((purpose = 'sign') = (statement is not null));
