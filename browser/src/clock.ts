/** The server's clock as far as this page knows it: phones eight years old run wrong by minutes. */

/** Milliseconds the server is ahead of this device, from the `data-now` the page was drawn with. */
export function offsetOf(element: Element): number {
  const drawnAt = element.closest<HTMLElement>("[data-now]")?.dataset["now"];
  return drawnAt ? Date.parse(drawnAt) - whenAnswered() : 0;
}

export function offsetNow(serverTime: string): number {
  return Date.parse(serverTime) - Date.now();
}

export function serverTime(element: Element): Date {
  return new Date(Date.now() + offsetOf(element));
}

/** When the page's answer began to arrive: on a slow line scripts start many seconds later. */
function whenAnswered(): number {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return performance.timeOrigin + (navigation?.responseStart ?? 0);
}
