/** True when `text` is a base URL of an OpenTelemetry collector. */
export function isCollector(text: string): boolean {
  return /^https?:\/\/[^\s?#@]+$/.test(text) && URL.canParse(text);
}

/** Returns the URL for metrics. */
export function metricsUrl(otlp: string): string {
  return `${otlp.replace(/\/+$/, "")}/v1/metrics`;
}
