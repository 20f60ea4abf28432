/** Leaves that several layers share, and what `.meta()` may say of them. */
import { z } from "zod";

export const days = z.number().int().min(1);
export const count = z.number().int().min(0);
export const cidr = z.string();
export const CIDR_RULE = "an IPv4 range such as 10.20.0.0/16";

/** What becomes a part of resource names. */
export const label = z.string().regex(/^[a-z](-?[a-z0-9])*$/);
export const LABEL_RULE = "lower-case letters, digits and single hyphens, a letter first";

declare module "zod" {
  interface GlobalMeta {
    /** What the key takes, as the end of "it takes ...", where the type alone does not say it. */
    rule?: string;
  }
}
