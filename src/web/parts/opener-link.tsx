import { t } from '#web/messages/messages.ts';

/** To the page that checks sealed files, which is no part of this application: anybody may use it, anywhere. */
export function OpenerLink() {
  return <a href="/icarus-open.html">{t('opener.link')}</a>;
}
