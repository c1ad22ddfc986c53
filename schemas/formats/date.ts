/** Dates as RFC 3339 writes them (kube-openapi pkg/validation/strfmt date.go and time.go). */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2}):(\d{2})(?:[^\n][0-9]+)?(?:z|[+-]\d{2}:\d{2})$/u;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `2006-01-02` with a day that exists. */
export function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) {
    return false;
  }
  const isShortFebruary = month === 2 && !isLeapYear(year);
  return day >= 1 && day <= (isShortFebruary ? 28 : (DAYS[month - 1] ?? 0));
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** A date, `t` in either case, a time and an offset. What follows a second `t` is not looked at, as in strfmt. */
export function isDateTime(text: string): boolean {
  const [date = "", time = ""] = text.toLowerCase().split("t");
  const [, hours, minutes, seconds] = TIME.exec(time) ?? [];
  if (hours === undefined || minutes === undefined || seconds === undefined) {
    return false;
  }
  return isDate(date) && hours <= "23" && minutes <= "59" && seconds <= "59";
}
