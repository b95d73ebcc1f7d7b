import { Menu, UnstyledButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { leave } from '#web/api/leaving.ts';
import { useHosted } from '#web/api/nodes.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { type Here, may, rolesOn, sessionKey, useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import classes from './desk-name.module.css';

/** Who sits here: the agency, the officer, the roles; and the way out. */
export function DeskName() {
  const session = useSession();
  const agency = useAgency();
  const operationId = useOperation()?.operationId;
  const roles = rolesOn(session, operationId).map((role) => t(`role.${role}`));
  const choosesDesk = useHosted().data?.choosesDesk ?? false;
  const client = useQueryClient();
  const navigate = useNavigate();
  const goOut = async () => {
    const told = await leave(agency).then(
      () => true,
      () => false,
    );
    // The frame clears the rest.
    client.setQueryData<Here>(sessionKey(agency), told ? 'ended' : 'left');
    if (choosesDesk && told) await navigate({ to: '/' });
  };
  return (
    <Menu position="bottom-end" shadow="sm">
      <Menu.Target>
        <UnstyledButton className={classes.desk}>
          <span className={classes.agency}>{session.agency.name}</span>
          <span className={classes.officer} title={roles.join(', ')}>
            {[session.name, ...roles.slice(0, 1)].join(', ')}
            {roles.length > 1 && ` +${roles.length - 1}`}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={`/${agency}/approvals`}>
          {t('approvals.title')}
        </Menu.Item>
        <Menu.Item component={Link} to={`/${agency}/emergencies`}>
          {t('emergency.title')}
        </Menu.Item>
        {may(session, 'agencies.read', operationId) && (
          <Menu.Item component={Link} to={`/${agency}/keys`}>
            {t('keys.title')}
          </Menu.Item>
        )}
        {may(session, 'custody.verify', operationId) && (
          <Menu.Item component={Link} to={`/${agency}/custody/alarms`}>
            {t('forks.title')}
          </Menu.Item>
        )}
        {choosesDesk ? (
          <Menu.Item component={Link} to="/">
            {t('frame.changeDesk')}
          </Menu.Item>
        ) : (
          <>
            <Menu.Item component={Link} to={`/${agency}/account`}>
              {t('account.title')}
            </Menu.Item>
            {may(session, 'node.administer', undefined) && (
              <>
                <Menu.Item component={Link} to={`/${agency}/officers`}>
                  {t('officers.title')}
                </Menu.Item>
                <Menu.Item component={Link} to={`/${agency}/service-accounts`}>
                  {t('service.title')}
                </Menu.Item>
              </>
            )}
          </>
        )}
        <Menu.Item onClick={() => void goOut()}>
          {choosesDesk ? t('frame.leaveDesk') : t('signIn.leave')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
