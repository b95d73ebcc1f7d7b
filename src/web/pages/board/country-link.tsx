import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';

/** Opens the country's package. */
export function CountryLink({ country, name }: { country: string; name: string }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/packages" params={{ agency }} search={{ country }}>
      {name}
    </Link>
  );
}
