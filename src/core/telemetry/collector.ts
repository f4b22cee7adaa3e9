/** Whether `text` is the address of an OpenTelemetry collector, to which a path can be added. */
export function isCollector(text: string): boolean {
  return /^https?:\/\/[^\s?#@]+$/.test(text) && URL.canParse(text);
}

/** Where it takes metrics. */
export function metricsUrl(otlp: string): string {
  return `${otlp.replace(/\/+$/, "")}/v1/metrics`;
}
