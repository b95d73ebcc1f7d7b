-- How the columns of an agency's own file become selectors. Its id is the digest of its content.
create table holdings_mapping (
  id         text primary key,
  name       text not null,
  version    integer not null check (version > 0),
  mapping    jsonb not null,
  created_at timestamptz not null,
  created_by text not null
);
comment on table holdings_mapping is 'append-only: an import names the mapping that it was read by';

-- Files of what this agency knows already. A file is there whole or not at all, and once.
create table holdings_import (
  id              text primary key,
  file_name       text not null,
  sha256          text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes      bigint not null,
  mapping_id      text not null references holdings_mapping,
  -- The system that it comes from, in the owner's words.
  source          text not null,
  evaluation_source      text not null check (evaluation_source in ('A', 'B', 'C', 'X')),
  evaluation_information text not null check (evaluation_information in ('1', '2', '3', '4')),
  handling_codes  text[] not null check (handling_codes <@ array['H0', 'H1', 'H2', 'H3']),
  handling_text   text not null check (('H3' = any (handling_codes)) = (handling_text <> '')),
  -- Only these are matched (Regulation (EU) 2016/794, Annex II.A).
  category        text not null check (category in ('suspect', 'convicted', 'potential-offender')),
  rows_read       bigint not null,
  rows_refused    bigint not null,
  holdings        bigint not null,
  selectors       bigint not null,
  values_refused  bigint not null,
  -- Values of the file that more holdings carry than can identify anyone.
  common_values   bigint not null,
  imported_at     timestamptz not null,
  imported_by     text not null,
  unique (sha256, mapping_id)
);
comment on table holdings_import is 'append-only: what was imported stays as it was read';

-- Refused rows and values, the first of them: line, column and reason; never the value.
create table holdings_refusal (
  import_id   text not null references holdings_import,
  position    integer not null,
  line        bigint not null,
  column_name text,
  reason      text not null,
  primary key (import_id, position)
);
comment on table holdings_refusal is 'append-only: belongs to its import';

-- One person or thing that the agency knows. Millions of rows, written by an import in one transaction
-- with its holdings_import: a foreign key would check each by itself and say nothing new.
create table holding (
  id          bigint generated always as identity primary key,
  import_id   text not null,
  -- The owner's own reference.
  reference   text not null,
  -- Name of a known network that it is a member of.
  network     text,
  -- The 18th birthday where it is known, infinity where the owner marks a minor: before it, hit or no hit only.
  minor_until timestamptz,
  line        bigint not null,
  unique (import_id, reference)
);

create table holding_selector (
  holding_id bigint not null,
  type       text not null,
  value      text not null,
  -- As the owner wrote it, where that differs.
  given      text,
  primary key (type, value, holding_id)
);

-- A suspect that a national unit contributes, or a target of the operation: whose selectors are matched.
create table subject (
  id           text primary key,
  operation_id text not null references operation,
  kind         text not null check (kind in ('suspect', 'target')),
  -- Whose information it is: the contributing unit; for a target the lead.
  agency_id    text not null,
  country      text not null,
  -- Opaque: the unit's own reference of the suspect, or the target's id.
  reference    text not null,
  -- The target that the suspect is the user of, where the unit says so.
  target_id    text,
  category     text not null check (category in ('suspect', 'convicted', 'potential-offender')),
  evaluation_source      text not null check (evaluation_source in ('A', 'B', 'C', 'X')),
  evaluation_information text not null check (evaluation_information in ('1', '2', '3', '4')),
  handling_codes text[] not null check (handling_codes <@ array['H0', 'H1', 'H2', 'H3']),
  handling_text  text not null check (('H3' = any (handling_codes)) = (handling_text <> '')),
  -- The message, or for a target the package, that stated it last.
  source_id    text not null,
  stated_at    timestamptz not null,
  -- When it came, by this node's clock.
  recorded_at  timestamptz not null,
  -- Set while the country's standing report states the target negative: then it is not matched.
  cleared_at   timestamptz,
  unique (operation_id, kind, agency_id, reference)
);
create index subject_country on subject (operation_id, country);

create table subject_selector (
  subject_id   text not null references subject on delete cascade,
  operation_id text not null,
  type         text not null,
  value        text not null,
  given        text,
  -- When the subject had it; null: not stated, so at any time.
  seen         tstzmultirange,
  primary key (subject_id, type, value)
);
create index subject_selector_value on subject_selector (operation_id, type, value, subject_id);

-- Equal selectors on two sides. The id is a digest of the pair: one hit a pair, however often it is found.
create table hit (
  id               text primary key,
  operation_id     text not null,
  subject_id       text not null references subject,
  other_subject_id text references subject,
  holding_id       bigint references holding,
  found_at         timestamptz not null,
  constraint hit_two_sides check (num_nonnulls(other_subject_id, holding_id) = 1),
  constraint hit_pair_order check (subject_id < other_subject_id)
);
create unique index hit_holding on hit (subject_id, holding_id) where holding_id is not null;
create unique index hit_subjects on hit (subject_id, other_subject_id) where other_subject_id is not null;
create index hit_operation on hit (operation_id, found_at desc, id);
comment on table hit is 'append-only: what was found was found; whether it holds is decided in versions';

create table hit_selector (
  hit_id   text not null references hit,
  type     text not null,
  value    text not null,
  found_at timestamptz not null,
  primary key (hit_id, type, value)
);
comment on table hit_selector is 'append-only: belongs to its hit';

-- What officers decided about a hit. A change of mind is a new version.
create table hit_decision (
  hit_id     text not null references hit,
  version    integer not null check (version > 0),
  decision   text not null check (decision in ('same', 'not-same', 'unsure')),
  reason     text not null check (reason <> ''),
  decided_by text not null,
  decided_at timestamptz not null,
  primary key (hit_id, version)
);
comment on table hit_decision is 'append-only: a change of mind is a new version, nothing is edited';

-- A value that too many carry to identify anyone: one remark in place of all the hits.
create table common_value (
  operation_id text not null references operation,
  type         text not null,
  value        text not null,
  among        text not null check (among in ('holdings', 'subjects')),
  -- More than this many carry it.
  more_than    integer not null,
  found_at     timestamptz not null,
  primary key (operation_id, type, value, among)
);
