/** What NGINX makes of these lines is shown with the whole file, in router-configuration.test.ts. */
import { judgements, logFormats, userVariables } from "../../../../lambdas/domain/split/router-variables";
import { EXAMPLE_FACTS } from "../../../support/nginx";

const { user } = EXAMPLE_FACTS;

// By chance, or by nothing, the same person would get another model with each request.
it("S3 whoever has no id is nobody, or is told apart by address", () => {
  const address = `    "" $remote_addr;`;
  expect(userVariables({ user })).not.toContain(address);
  expect(userVariables({ user: { ...user, missing: "client-address" } })).toContain(address);
});

// A name or an address in a log has to be asked for, kept short and deleted; what is not there need not be.
it("S3 logs hold neither users nor addresses", () => {
  const logged = [
    ...logFormats()
      .join("\n")
      .matchAll(/"(\w+)":"\$(\w+)"/g),
  ].map(([, field]) => field);
  expect(logged).toEqual([
    ...["time", "predictionId", "status", "outcome", "variant", "release", "model", "inputReference", "path", "bytes", "seconds"],
    ...["modelSeconds", "variant", "release", "outcome", "seconds"],
  ]);
  expect(logFormats().join("\n")).not.toMatch(/remote_addr|forwarded|user_id/i);
});

// Read before the answer is there, a status is none, and every request would count as a fault.
it("S3 what depends on the answer is computed anew each time it is read", () => {
  const maps = judgements().join("\n").split(/^map /m).slice(1);
  const ofTheAnswer = maps.filter((map) => /^"?\$(status|upstream)/.test(map));
  expect(ofTheAnswer).toHaveLength(9);
  for (const map of ofTheAnswer) expect(map).toContain("volatile;");
});
