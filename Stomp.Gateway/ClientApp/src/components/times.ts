const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const wholeDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

export const clockTime = (at: string) => clock.format(new Date(at));

export const dayName = (at: string) => wholeDay.format(new Date(at));

/** The time when it was today, else the day. */
export function shortTime(at: string, now = new Date()): string {
  return isSameDay(at, now.toISOString()) ? clockTime(at) : dayAndMonth.format(new Date(at));
}

export const isSameDay = (a: string, b: string) => new Date(a).toDateString() === new Date(b).toDateString();
