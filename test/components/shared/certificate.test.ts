import { certificateFaults } from "../../../components/shared/certificate";

test("a certificate is named by its ARN, of ACM or of IAM; what is known later is not judged", () => {
  const right = [
    "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234",
    "arn:aws-cn:iam::123456789012:server-certificate/cloudfront/old",
    undefined,
    { apply: () => "an output" },
  ];
  expect(right.flatMap((arn) => certificateFaults("certificateArn", arn))).toEqual([]);
  expect(certificateFaults("certificateArn", "not-an-arn")).toEqual([
    'certificateArn is "not-an-arn"; it is not the ARN of a certificate: give one such as arn:aws:acm:us-east-1:123456789012:certificate/1234abcd',
  ]);
});
