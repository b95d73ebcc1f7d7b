import { Button } from '@mantine/core';
import { useDocumentPath } from '#web/api/packages.ts';
import { t } from '#web/messages/messages.ts';

export function SummaryButton({ packageId }: { packageId: string }) {
  const path = useDocumentPath(packageId);
  return (
    <Button component="a" variant="default" href={path('summary.pdf')} download>
      {t('package.summary')}
    </Button>
  );
}
