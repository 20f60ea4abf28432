/** What a pod writes on its node's disk. Asked for and bounded, because a disk that fills up evicts whatever else runs there, the image included. */

/** Compiled kernels take some hundred megabytes for each model and version; configuration and tokenizer a few. Weights never touch the disk. */
const CACHE_MIB = 10 * 1_024;
const TEMPORARY_MIB = 1_024;
const PROXY_TEMPORARY_MIB = 64;

/** The kubelet keeps five files of 10 MiB of each container's log (KubeletConfiguration v1beta1, `containerLogMaxSize`, `containerLogMaxFiles`). */
const LOG_MIB = 50;

export interface Storage {
  /** Of the volumes, as Kubernetes writes amounts; no cache where it has a volume of its own. */
  readonly cache?: string;
  readonly temporary: string;
  readonly proxyTemporary: string;
  /** Of the containers, their volumes and logs together. */
  readonly server: string;
  readonly proxy: string;
  readonly pod: string;
}

export function storageOf(hasCacheClaim: boolean): Storage {
  const server = (hasCacheClaim ? 0 : CACHE_MIB) + TEMPORARY_MIB + LOG_MIB;
  const proxy = PROXY_TEMPORARY_MIB + LOG_MIB;
  return {
    ...(hasCacheClaim ? {} : { cache: mebibytes(CACHE_MIB) }),
    ...{ temporary: mebibytes(TEMPORARY_MIB), proxyTemporary: mebibytes(PROXY_TEMPORARY_MIB) },
    ...{ server: mebibytes(server), proxy: mebibytes(proxy), pod: mebibytes(server + proxy) },
  };
}

function mebibytes(amount: number): string {
  return amount % 1_024 === 0 ? `${amount / 1_024}Gi` : `${amount}Mi`;
}
