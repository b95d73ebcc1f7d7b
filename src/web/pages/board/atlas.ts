/**
 * Europe's borders, projected once: Lambert azimuthal equal-area around 52° N 10° E, the projection of
 * European statistics (ETRS89-LAEA, EPSG:3035). Borders: world-atlas, made from Natural Earth.
 */
import { type GeoPath, geoAzimuthalEqualArea, geoPath } from 'd3-geo';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import world from 'world-atlas/countries-50m.json';
import { CODE_BY_NUMBER } from './country-numbers.ts';

export const MAP_WIDTH = 560;
export const MAP_HEIGHT = 560;
/** Countries smaller than this on the map, in square units, are drawn as a dot of their own. */
const SMALL_AREA = 170;

export interface Outline {
  /** ISO 3166-1 alpha-2 of a state that can take part; undefined for the rest of the land. */
  readonly code: string | undefined;
  readonly path: string;
  readonly centre: readonly [number, number];
  readonly small: boolean;
}

const topology = world as unknown as Topology<{ countries: GeometryCollection }>;

const projection = geoAzimuthalEqualArea()
  .rotate([-10, -52])
  .fitExtent(
    [
      [6, 6],
      [MAP_WIDTH - 6, MAP_HEIGHT - 6],
    ],
    {
      type: 'MultiPoint',
      coordinates: [
        [-9.5, 36.2],
        [-10.6, 54],
        [35.6, 33.8],
        [30.5, 69.5],
        [15, 71.2],
        [14.4, 35.4],
      ],
    },
  )
  .clipExtent([
    [0, 0],
    [MAP_WIDTH, MAP_HEIGHT],
  ]);

const countries = feature(topology, topology.objects.countries).features;
type Geometry = (typeof countries)[number]['geometry'];

/** Every country with land on the map. */
export function outlines(): Outline[] {
  const path = geoPath(projection).digits(1);
  return countries.flatMap(({ id, geometry }): Outline[] => {
    const drawn = path(geometry);
    if (!drawn) return [];
    const main = largestPart(path, geometry);
    return [
      {
        code: CODE_BY_NUMBER[String(id)],
        path: drawn,
        centre: path.centroid(main),
        small: path.area(main) < SMALL_AREA,
      },
    ];
  });
}

/** Of a state in many pieces the largest on the map: its mark stands there, not in the sea between. */
function largestPart(path: GeoPath, geometry: Geometry): Geometry {
  if (geometry.type !== 'MultiPolygon') return geometry;
  const parts = geometry.coordinates.map((coordinates) => ({ type: 'Polygon' as const, coordinates }));
  return parts.reduce((largest, part) => (path.area(part) > path.area(largest) ? part : largest));
}
