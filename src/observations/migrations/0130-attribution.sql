-- Addresses that a run asked of the sources, and those that it took over from the run before.
alter table attribution_run add column asked bigint not null default 0;
alter table attribution_run add column taken_over bigint not null default 0;
alter table attribution_run add column carrier_nat bigint not null default 0;
alter table attribution_run add column hosting bigint not null default 0;

-- Periods are numbered otherwise now: runs of before cannot be read any more, and attributing again is cheap.
-- Their folders are swept at the next start.
delete from attribution_run;
