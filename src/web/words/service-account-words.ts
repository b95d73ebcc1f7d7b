import type { ServiceAccountView } from '#access/service-account/schemas.ts';
import { t } from '#web/messages/messages.ts';

/** How an account stands, in words. */
export function serviceAccountState(account: ServiceAccountView, now = Date.now()): string {
  if (account.revokedAt !== null) return t('service.revoked');
  if (Date.parse(account.expiresAt) <= now) return t('service.over');
  if (account.approvedBy === null) return t('service.waits');
  return account.drawnAt === null ? t('service.undrawn') : t('service.works');
}
