/**
 * NGINX, as a proxy in front of models: 1.30.4 of 2026; stable, and newer than 1.30.1, the first without CVE-2026-42945 (callers run code
 * through the rewrite module, CVSS 9.2). The unprivileged variant has no step that wants root. Digest: the manifest list of Docker Hub, as read
 * on 2026-11-21.
 */
export const NGINX_IMAGE =
  "docker.io/nginxinc/nginx-unprivileged:1.30.4-alpine@sha256:45ce1e2e699234253d1def7baa96218a5d00b498d1ba0cbb1a17b6bdf73d1351";

/** The user of that image. */
export const NGINX_USER = 101;
