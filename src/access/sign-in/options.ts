/** The agency's own OpenID Connect provider. */
export interface ProviderOptions {
  /** Exactly as in its tokens, `https://login.example.mt`. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a client that has none (RFC 6749 section 2.1: public). */
  readonly clientSecret: string | null;
  /** Classes of authentication (`acr`) of which the token must name one; empty: any. Asked for as `acr_values`. */
  readonly acr?: readonly string[];
  /** Methods (`amr`, RFC 8176) of which the token must name each; empty: any. */
  readonly amr?: readonly string[];
  /** Networks beside the public one where the provider may be. Default none. */
  readonly outgoingNetworks?: readonly string[];
}

/** How officers of a node sign in. An exercise has none of it: its desks need no credential. */
export interface SignInOptions {
  /** Where the pages are seen by browsers, `https://icarus.example.mt`: a passkey is bound to its host. */
  readonly origin: string;
  /** A session that is not used for so long ends. */
  readonly idleMinutes: number;
  /** A session ends after so long, used or not. */
  readonly sessionHours: number;
  /** Models of authenticators (AAGUID) that may be enrolled; empty: any. */
  readonly passkeyModels: readonly string[];
  /** The agency's provider of identities; null: passkeys only. */
  readonly provider: ProviderOptions | null;
}

/** How long after a proof of presence acts that ask for one are allowed without another. */
export const PROOF_MINUTES = 5;

/** The host that passkeys are bound to (WebAuthn level 3, section 4: RP ID). */
export function relyingPartyOf({ origin }: SignInOptions): string {
  return new URL(origin).hostname;
}
