/**
 * A guess, for the exercise only, at what a network operator does, from its registered name: the data sets
 * do not say. Names of natural persons, universities, authorities and firms match neither list.
 */
const ACCESS = new RegExp(
  [
    'tele[ck]o',
    'telef',
    'telenor',
    'telenet',
    'telia',
    'tele2',
    'teliasonera',
    'vodafone',
    't-mobile',
    'orange',
    'proximus',
    'voo s\\.a',
    'a1 ',
    'hutchison',
    'kabelplus',
    'liwest',
    'vivacom',
    'cooolbox',
    'telemach',
    'cablenet',
    'primetel',
    'epic ',
    'o2 czech',
    'poda',
    'tdc holding',
    'fibia',
    'norlys',
    'hiper',
    'elisa',
    'dna oyj',
    'free sas',
    'bouygues',
    'radiotelephone',
    'versatel',
    'ewe tel',
    'eircom',
    'digiweb',
    'three ireland',
    'wind tre',
    'fastweb',
    'tiscali',
    'post luxembourg',
    'melita',
    'go p\\.l\\.c',
    'kpn',
    'odido',
    'lyse tele',
    'nextgentel',
    'netia',
    'vectra',
    'multimedia polska',
    'p4 sp',
    'polkomtel',
    'swan',
    'slovanet',
    'euskaltel',
    'digi ',
    'hi3g',
    'bredband2',
    'bahnhof',
    'swisscom',
    'sunrise',
    'quickline',
    'ote sa',
    'panafon',
    'nova telecom',
    'magyar',
    'one hungary',
    'yettel',
    'meo ',
    'nos comunic',
    'nowo',
  ].join('|'),
  'i',
);
const NOT_ACCESS =
  /business|universit|academ|research|resear|operativ|government|minist|education|broadcasting|hosting|organi[sz]ation of| union|trading as/i;
const HOSTING =
  /host|server|cloud|ovh|hetzner|scaleway|leaseweb|datacamp|m247|contabo|data ?cent(?:re|er)|team\.blue/i;

export function isAccessProvider(organisation: string): boolean {
  return ACCESS.test(organisation) && !NOT_ACCESS.test(organisation);
}

export function isHostingProvider(organisation: string): boolean {
  return HOSTING.test(organisation) && !ACCESS.test(organisation) && !/trading as/i.test(organisation);
}
