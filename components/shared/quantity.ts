/** Kubernetes' quantities, as far as people write them: `500m`, `2`, `1.5`, `512Mi`, `64Gi`, `1Ti`, `100G`. */
const NOTATION = /^(\d+(?:\.\d+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/;

const FACTOR: Record<string, number> = {
  ...{ "": 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

/** In CPUs or bytes; `undefined` where it is none. */
export function readQuantity(text: string): number | undefined {
  const [, digits, unit = ""] = NOTATION.exec(text) ?? [];
  const factor = FACTOR[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

export function quantityFaults(property: string, text: string | undefined): string[] {
  if (text === undefined || readQuantity(text) !== undefined) return [];
  return [`${property} is ${JSON.stringify(text)}; an amount is written like 500m, 2, 512Mi or 64Gi: write it so`];
}

/** Kubernetes refuses a pod that asks for more than it may use, one by one, long after the namespace was made. */
export function orderFaults(smaller: string, request: string, larger: string, limit: string): string[] {
  const [asked, allowed] = [readQuantity(request), readQuantity(limit)];
  if (asked === undefined || allowed === undefined || asked <= allowed) return [];
  return [`${smaller} is ${request}; it must not exceed ${larger}, which is ${limit}: lower the one, or raise the other`];
}
