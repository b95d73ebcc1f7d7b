/** Where an address is, and why. */
export const attribution = {
  'lookup.title': 'Look an address up',
  'lookup.words':
    'Says what every source knows of an address at the moment it was seen, and which source decided.',
  'lookup.address': 'Address',
  'lookup.addressMissing': 'Type an address, such as 192.0.2.1 or 2001:db8::1.',
  'lookup.at': 'Seen at (UTC)',
  'lookup.atMissing': 'Give the moment at which it was seen: addresses change hands.',
  'lookup.act': 'Look up',
  'lookup.country': 'Country',
  'lookup.operator': 'Operator',
  'lookup.system': 'Autonomous system',
  'lookup.none': 'No source knows it',
  'lookup.decidedBy': 'Decided by',
  'lookup.marks': 'Marks',
  'lookup.disagreement': 'sources disagree',
  'lookup.afterTheFact': 'known only from later data',
  'lookup.carrierNat': 'carrier NAT',
  'lookup.hosting': 'hosting or anonymising',
  'lookup.why': 'Why',
  'observations.age': 'Age',
  'observations.loader': 'Format',
  'observations.loadDo':
    'Load address data on this node’s machine: icarus attribution load FILE, then icarus attribution run',
} as const;
