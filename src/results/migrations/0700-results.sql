-- Figure sets: frozen when computed, dated, with the reports that each figure counts.
create table figure_set (
  id           text primary key,
  operation_id text not null references operation,
  kind         text not null check (kind in ('provisional', 'final')),
  -- Reports count as they stood on this node at this moment.
  as_of        timestamptz not null,
  computed_at  timestamptz not null check (computed_at >= as_of),
  computed_by  text not null,
  -- SHA-256 over the canonical JSON of the set: terms, definitions, values, shares, check.
  digest       text not null check (digest ~ '^[0-9a-f]{64}$'),
  -- The check against double counting, with its result.
  checks       jsonb not null,
  passed       boolean not null,
  unique (id, computed_by, digest, passed)
);
comment on table figure_set is 'append-only: figures are computed again, never edited';
create index figure_set_operation on figure_set (operation_id, as_of, computed_at);

create table figure (
  set_id     text not null references figure_set,
  figure_id  text not null,
  position   integer not null,
  label      text not null,
  -- The exact definition, printed with the number.
  definition text not null,
  unit       text not null,
  value      bigint not null check (value >= 0),
  primary key (set_id, figure_id)
);
comment on table figure is 'append-only: a figure stays as it was computed';

-- What each country adds to a figure, and by which report.
create table figure_share (
  set_id    text not null,
  figure_id text not null,
  country   text not null,
  -- Null where the country counts without a report: it takes part, or a package was sent to it.
  report_id text references report,
  share     bigint not null check (share >= 0),
  primary key (set_id, figure_id, country),
  foreign key (set_id, figure_id) references figure
);
comment on table figure_share is 'append-only: a share stays as it was computed';

-- The one release of a set: by a second officer, over this very content, and only where the check passed.
create table figure_set_release (
  set_id      text primary key,
  computed_by text not null,
  digest      text not null,
  passed      boolean not null check (passed),
  released_by text not null,
  -- As it stands on the press note.
  released_by_name text not null,
  released_at timestamptz not null,
  -- Figures that stay XX.
  withheld    text[] not null,
  constraint figure_release_second_officer check (released_by <> computed_by),
  foreign key (set_id, computed_by, digest, passed) references figure_set (id, computed_by, digest, passed)
);
comment on table figure_set_release is 'append-only: a release cannot be taken back, only followed by a later set';
