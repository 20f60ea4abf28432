/**
 * NGINX, as a proxy in front of models. Official image, from AWS's own copy: pulls from it have no limit inside AWS.
 * 1.30.1 is the first stable release without CVE-2026-42945 (nginx.org, security advisories, 2026-05-13).
 */
export const NGINX_IMAGE = "public.ecr.aws/docker/library/nginx:1.30.1";

/** The `nginx` user of that image. */
export const NGINX_USER = 101;
