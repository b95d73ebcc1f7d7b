/** The README of an exported log: what is in it, and how to check it with tools that everybody has. */

export function bundleReadme(about: { origin: string; size: number; shown: number }): string {
  return `# Custody log ${about.origin}

${about.size} events, of which ${about.shown} are shown with their content. Of the others (other operations, records that
are closed to who wrote this folder, or erased by law) the leaf stands: it proves their place and number, and says nothing of their content.

| file | is |
| --- | --- |
| checkpoint | size and root of the log, signed by the log and cosigned by partners (C2SP tlog-checkpoint) |
| checkpoint.witnessed | the newest checkpoint that a partner has cosigned, where that is an earlier one |
| checkpoint.text, checkpoint.sig, log-key.pem | the same text, the log's signature and its key, for openssl |
| entries.jsonl | one event a line: number, leaf, and where shown salt and the exact text of the event |
| tile/ | the hashes of the tree (C2SP tlog-tiles) |
| proofs/ | for each shown event, if there are at most 1000, a proof that it is in the log (C2SP tlog-proof) |
| log.vkey, witnesses.vkeys | the keys (C2SP signed-note). Compare them with the agencies' signed cards, not with this folder |

## Check it without our software

1. The log signed the checkpoint:

       openssl pkeyutl -verify -pubin -inkey log-key.pem -rawin -in checkpoint.text -sigfile checkpoint.sig

2. Every shown event is what its leaf was made of, and the leaves give the signed root. Save this as check.py and
   run \`python3 check.py\`; it must print the second and third line of checkpoint.text:

       import base64, hashlib, json
       leaves = []
       for line in open('entries.jsonl', encoding='utf-8'):
           e = json.loads(line)
           if 'event' in e:
               leaf = hashlib.sha256(b'\\0' + bytes.fromhex(e['salt']) + e['event'].encode()).hexdigest()
               assert leaf == e['leaf'], 'event %d was altered' % e['index']
           leaves.append(bytes.fromhex(e['leaf']))
       def root(h):
           if len(h) == 1: return h[0]
           k = 1
           while k * 2 < len(h): k *= 2
           return hashlib.sha256(b'\\1' + root(h[:k]) + root(h[k:])).digest()
       print(len(leaves)); print(base64.b64encode(root(leaves)).decode())

3. Partners cosigned it: any tool for C2SP cosignature/v1 checks the further lines of \`checkpoint\` or
   \`checkpoint.witnessed\` with the keys of witnesses.vkeys.

All of it at once, with our software and without a node: \`icarus custody verify --bundle FOLDER --card CARD\`.
`;
}
