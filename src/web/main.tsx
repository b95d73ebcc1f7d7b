import { MantineProvider } from '@mantine/core';
import '@mantine/core/styles.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchAttendance } from './api/attendance.ts';
import { ApiError } from './api/client.ts';
import { language } from './messages/messages.ts';
import { router } from './router.tsx';
import './theme/tokens.css';
import './theme/base.css';
import './theme/print.css';
import { cssVariables, theme } from './theme/theme.ts';
import { shareStyleNonce, trustPlainTextOnly } from './trusted-text.ts';

/** What the node refused stays refused; only what did not arrive is tried again. */
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
    },
  },
});

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no place for the application');
trustPlainTextOnly();
watchAttendance();
const styleNonce = place.nonce ?? '';
shareStyleNonce(styleNonce);
document.documentElement.lang = language;
createRoot(place).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
