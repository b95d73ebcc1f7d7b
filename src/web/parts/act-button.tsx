import { Button, type ButtonProps, Tooltip } from '@mantine/core';

/** A button that says why when it cannot be used: still reachable by keyboard, so that the reason is. */
export function ActButton({
  why,
  onClick,
  children,
  ...rest
}: ButtonProps & { why?: string | undefined; onClick: () => void }) {
  return (
    <Tooltip label={why} disabled={!why} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        {...(why && { 'data-disabled': true, 'aria-disabled': true, 'aria-description': why })}
        onClick={(event) => (why ? event.preventDefault() : onClick())}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
