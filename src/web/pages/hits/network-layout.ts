/** Places of a network's members: two beside each other, more on an ellipse that grows with them. Pure. */
export const LAYOUT = { radius: 9, gap: 150, margin: 100 } as const;

export interface Place {
  readonly x: number;
  readonly y: number;
  /** Its label stands above it, away from the lines of the others. */
  readonly above: boolean;
}

export function placesOf(ids: readonly string[]): {
  places: ReadonlyMap<string, Place>;
  width: number;
  height: number;
} {
  // Wide enough that labels of neighbours do not meet.
  const across = Math.max(220, (ids.length * LAYOUT.gap) / Math.PI);
  const down = ids.length <= 2 ? 0 : Math.max(90, across / 2.2);
  const width = across * 2 + 2 * LAYOUT.margin;
  const height = down * 2 + LAYOUT.margin;
  const centre = { x: width / 2, y: height / 2 - (down === 0 ? 8 : 0) };
  const places = ids.map((id, index): [string, Place] => {
    const angle = Math.PI + (2 * Math.PI * index) / Math.max(1, ids.length);
    return [
      id,
      {
        x: Math.round(centre.x + across * Math.cos(angle)),
        y: Math.round(centre.y + down * Math.sin(angle)),
        above: Math.sin(angle) < -0.01 && down > 0,
      },
    ];
  });
  return { places: new Map(places), width: Math.round(width), height: Math.round(height) };
}
