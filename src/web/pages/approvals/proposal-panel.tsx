import type { ProposalView } from '#access/approvals/schemas.ts';
import { useCarryOut, useDecide, useWithdraw } from '#web/api/approvals.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { Time } from '#web/parts/time.tsx';
import { type StateLook, StateMark } from '#web/state/state-mark.tsx';
import classes from './proposal-panel.module.css';
import { aboutFacts, changeWords } from './proposal-words.tsx';

const LOOK: Readonly<Record<ProposalView['state'], StateLook>> = {
  open: { shape: 'ring', tone: 'wait' },
  approved: { shape: 'half', tone: 'wait' },
  done: { shape: 'tick', tone: 'good' },
  refused: { shape: 'cross', tone: 'bad' },
  withdrawn: { shape: 'bar', tone: 'idle' },
  expired: { shape: 'bar', tone: 'idle' },
};

/** One proposal: what would change, who asks and why, the digest that is signed, and the word on it. */
export function ProposalPanel({ proposal }: { proposal: ProposalView }) {
  const { kind, state, mine, mayDecide } = proposal;
  const side =
    state === 'open' && mayDecide ? (
      <Deciding proposal={proposal} />
    ) : state === 'open' && mine ? (
      <Own proposal={proposal} />
    ) : state === 'approved' ? (
      <Again proposal={proposal} />
    ) : undefined;
  const body = (
    <Panel
      title={t(`approvals.kind.${kind}`)}
      aside={<StateMark look={LOOK[state]} word={t(`approvals.state.${state}`)} />}
    >
      <What proposal={proposal} />
    </Panel>
  );
  return side ? (
    <Columns wide side={side}>
      {body}
    </Columns>
  ) : (
    body
  );
}

function What({ proposal }: { proposal: ProposalView }) {
  const { before, after, kind, decidedByName, decidedAt } = proposal;
  return (
    <>
      <div className={classes.change}>
        <Side name={t('approvals.before')} values={before.map((value) => changeWords(kind, value))} />
        <Side
          name={t('approvals.after')}
          values={after.map((value) => changeWords(kind, value))}
          fresh={after.map((value) => !before.includes(value))}
        />
      </div>
      <Facts
        columns={2}
        facts={[
          ...aboutFacts(proposal),
          proposal.operation !== null && { name: t('approvals.operation'), value: proposal.operation },
          { name: t('approvals.why'), value: proposal.reason },
          {
            name: t('approvals.who'),
            value: (
              <>
                {proposal.proposedByName}, <Time at={proposal.proposedAt} />
              </>
            ),
          },
          { name: t('approvals.until'), value: <Time at={proposal.expiresAt} /> },
          decidedByName !== null &&
            decidedAt !== null && {
              name: t('approvals.decided'),
              value: (
                <>
                  {decidedByName}, <Time at={decidedAt} />
                </>
              ),
            },
          proposal.decisionReason !== null && {
            name: t('approvals.decisionReason'),
            value: proposal.decisionReason,
          },
          { name: t('approvals.digest'), value: <Digest value={proposal.digest} /> },
          proposal.wordsErasedAt !== null && {
            name: t('approvals.wordsErased'),
            value: <Time at={proposal.wordsErasedAt} />,
          },
        ]}
      />
      <details className={classes.exact}>
        <summary>{t('approvals.exact')}</summary>
        <pre>{proposal.document}</pre>
      </details>
    </>
  );
}

function Side({
  name,
  values,
  fresh = [],
}: {
  name: string;
  values: readonly string[];
  fresh?: readonly boolean[];
}) {
  return (
    <section>
      <h3>{name}</h3>
      <ul>
        {values.length === 0 && <li className="soft">{t('approvals.nothing')}</li>}
        {values.map((value, n) => (
          <li key={value}>{fresh[n] ? <strong>{value}</strong> : value}</li>
        ))}
      </ul>
    </section>
  );
}

function Deciding({ proposal: { proposalId, digest } }: { proposal: ProposalView }) {
  const decide = useDecide(proposalId);
  const refuse = useDecide(proposalId);
  return (
    <>
      <ActForm
        title={t('approvals.approveTitle')}
        words={<p>{t('approvals.approveWords')}</p>}
        act={t('approvals.approve')}
        pending={decide.isPending}
        error={decide.error}
        grave
        onAct={() => decide.mutate({ word: 'approve', digest })}
      />
      <ReasonForm
        title={t('approvals.refuse')}
        act={t('approvals.refuseAct')}
        label={t('approvals.reason')}
        folded
        change={refuse}
        onAct={(reason, done) => refuse.mutate({ word: 'refuse', digest, reason }, { onSuccess: done })}
      />
    </>
  );
}

function Own({ proposal: { proposalId } }: { proposal: ProposalView }) {
  const withdraw = useWithdraw(proposalId);
  return (
    <div className="no-print">
      <p className="soft">{t('approvals.mine')}</p>
      <ActButton variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate(undefined)}>
        {t('approvals.withdraw')}
      </ActButton>
      {withdraw.isError && <Problem error={withdraw.error} title={t('problem.actTitle')} />}
    </div>
  );
}

/** Approved, and something stood in its way then. */
function Again({ proposal: { proposalId } }: { proposal: ProposalView }) {
  const again = useCarryOut(proposalId);
  return (
    <div className="no-print">
      <ActButton loading={again.isPending} onClick={() => again.mutate(undefined)}>
        {t('approvals.again')}
      </ActButton>
      {again.isError && <Problem error={again.error} title={t('approvals.problem')} />}
    </div>
  );
}
