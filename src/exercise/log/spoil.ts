/** Rows that an import must refuse, made from good ones: each kind spoils one thing only. */
export const MALFORMED_KINDS = [
  'bad-address',
  'bad-port',
  'bad-time',
  'missing-client-id',
  'short-hash',
  'negative-size',
  'too-few-columns',
] as const;
export type MalformedKind = (typeof MALFORMED_KINDS)[number];

/** @param row a good row without its line end: time,address,port,client_id,client,file_hash,file_size,grade */
export function spoil(row: string, kind: MalformedKind): string {
  const [time = '', address = '', port = '', id = '', client = '', hash = '', size = '', grade = ''] =
    row.split(',');
  const join = (...fields: string[]): string => fields.join(',');
  switch (kind) {
    case 'bad-address':
      return join(time, `999.${address}`, port, id, client, hash, size, grade);
    case 'bad-port':
      return join(time, address, '70000', id, client, hash, size, grade);
    case 'bad-time':
      return join(time.replace(/-\d\d-\d\dT/, '-13-45T'), address, port, id, client, hash, size, grade);
    case 'missing-client-id':
      return join(time, address, port, '', client, hash, size, grade);
    case 'short-hash':
      return join(time, address, port, id, client, hash.slice(0, 17), size, grade);
    case 'negative-size':
      return join(time, address, port, id, client, hash, `-${size}`, grade);
    case 'too-few-columns':
      return join(time, address, port, id);
  }
}

/** The same row with its IPv4 address in the IPv4-mapped form of RFC 4291; an IPv6 row stays as it is. */
export function asMappedAddress(row: string): string {
  const [time, address = '', ...rest] = row.split(',');
  return address.includes(':') ? row : [time, `::ffff:${address}`, ...rest].join(',');
}
