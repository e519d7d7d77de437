import type { HourLoad, QueueFigures, SimulationReport } from '../../core/simulation/report';
import { above, below, scaleOver, valueAxis } from './axes';
import { figure } from './figure';
import { count, counted, percent, span, trimmed } from './format';
import { type Html, html } from './html';
import type { Drawing } from './plot';
import { section } from './section';
import { table } from './table';

/** When reviews come in, how long they wait, and how many people they need. */
export function reviewLoad({ queue, review, requestsPerHour }: SimulationReport): Html {
  const hours = wholeDay(queue.byHour);
  return section({
    id: 'reviews',
    heading: 'What reviewers have to do',
    text:
      review === 0
        ? [html`This policy leaves nothing to people: there is no queue.`]
        : [
            html`${expired(queue, review)} ${staffing(queue)}`,
            waiting(queue),
            ...(requestsPerHour === null ? [] : [assumed(requestsPerHour)]),
          ],
    body:
      review === 0
        ? undefined
        : figure({
            id: 'reviews-plot',
            title: `Review load by hour of the day${requestsPerHour === null ? '' : ', at assumed times'}`,
            description: `${hours
              .filter(({ reviews }) => reviews > 0)
              .map(
                (load) =>
                  `${hourOf(load)}: ${trimmed(load.perHour)} reviews an hour, mean wait ${span(load.waitMinutes)}`,
              )
              .join('; ')}.`,
            width: 720,
            draw: (width) => draw(hours, queue, width),
            keys: [],
            alternative: table(
              'Reviews by hour of the day, UTC',
              [
                { name: 'Hour' },
                { name: 'Reviews', kind: 'figures' },
                { name: 'In such an hour', kind: 'figures' },
                { name: 'Mean wait', kind: 'figures' },
              ],
              hours.map((load) => ({
                cells: [
                  hourOf(load),
                  count(load.reviews),
                  trimmed(load.perHour),
                  load.reviews > 0 ? span(load.waitMinutes) : '–',
                ],
              })),
            ),
          }),
  });
}

const hourOf = ({ hour }: HourLoad) => `${String(hour).padStart(2, '0')}:00`;

const wholeDay = (loads: readonly HourLoad[]): HourLoad[] =>
  Array.from(
    { length: 24 },
    (_, hour) => loads.find((load) => load.hour === hour) ?? { hour, reviews: 0, perHour: 0, waitMinutes: 0 },
  );

const people = (number: number) => counted(number, 'person', 'people');

const expired = ({ staff, expired: late, slaMinutes }: QueueFigures, review: number): Html =>
  late === 0
    ? html`With <b>${people(staff)}</b>, all ${counted(review, 'review')} are begun within the SLA of
        ${span(slaMinutes)}.`
    : html`With <b>${people(staff)}</b>,
        <b>${count(late)} of ${counted(review, 'review')}</b> (${percent(late / review)}) are not begun within the SLA
        of ${span(slaMinutes)} and end in the safe default; the costs on this page take them as reviewed.`;

function staffing({ staff, staffNeeded }: QueueFigures): Html {
  if (staffNeeded === null) return html`<b>Not even 200 people</b> would let at most 1&nbsp;% expire.`;
  if (staffNeeded > staff)
    return html`It takes <b>${people(staffNeeded)}</b> to keep up and let at most 1&nbsp;% expire.`;
  return staffNeeded < staff
    ? html`${people(staffNeeded)} would keep up and let at most 1&nbsp;% expire.`
    : html`No fewer would keep up and let at most 1&nbsp;% expire.`;
}

const waiting = ({ waitMinutes, largestBacklog, utilization, minutesPerReview }: QueueFigures): Html =>
  html`Half of the reviews wait at most ${span(waitMinutes.p50)}, 95&nbsp;% at most ${span(waitMinutes.p95)}, the
  longest ${span(waitMinutes.max)}. At most ${count(largestBacklog)} wait at a time. At ${span(minutesPerReview)} a
  review they take ${percent(utilization)} of the staff's time.`;

const assumed = (requestsPerHour: number): Html =>
  html`<b>The times are assumed</b>: history has none, so ${counted(requestsPerHour, 'request')} an hour are taken to
    come, evenly spaced from midnight on. The hours are those of no real day; <code>history.at</code> would name the
    column of the time.`;

function draw(hours: readonly HourLoad[], { slaMinutes }: QueueFigures, width: number): Drawing {
  const inHours = hours.some(({ waitMinutes }) => waitMinutes >= 180);
  const unit = inHours ? 60 : 1;
  const waits = hours.map(({ waitMinutes }) => waitMinutes / unit);
  // The limit is drawn where waits come near it; elsewhere it would only flatten them.
  const limit = Math.max(...waits) * 3 > slaMinutes / unit ? slaMinutes / unit : undefined;
  const loads = scaleOver(
    hours.map(({ perHour }) => perHour),
    3,
  );
  const waitScale = scaleOver([...waits, limit ?? 0], 3);
  const grid = { left: 44, right: 12, height: 116 };
  const category = {
    type: 'category' as const,
    data: hours.map(hourOf),
    axisLine: { lineStyle: { color: 'var(--axis)', width: 1 } },
    axisTick: { show: false },
    axisLabel: {
      color: 'var(--muted)',
      fontSize: 12,
      margin: 8,
      interval: (i: number) => i % (width < 500 ? 6 : 3) === 0,
    },
  };
  const bars = (data: readonly number[], index: number, color: string) => ({
    type: 'bar' as const,
    xAxisIndex: index,
    yAxisIndex: index,
    data: [...data],
    barCategoryGap: '24%',
    itemStyle: { color },
  });
  return {
    height: 384,
    option: {
      title: [above('Reviews coming in, per hour'), above(`Mean wait, ${inHours ? 'hours' : 'minutes'}`, 186)],
      grid: [
        { ...grid, top: 30 },
        { ...grid, top: 216 },
      ],
      xAxis: [
        { ...category, gridIndex: 0 },
        { ...category, ...below('Hour of the day (UTC)'), gridIndex: 1 },
      ],
      yAxis: [
        { ...valueAxis(loads), gridIndex: 0 },
        { ...valueAxis(waitScale), gridIndex: 1 },
      ],
      series: [
        bars(
          hours.map(({ perHour }) => perHour),
          0,
          'var(--review)',
        ),
        {
          ...bars(waits, 1, 'var(--policy)'),
          markLine: {
            silent: true,
            symbol: 'none',
            data: limit === undefined ? [] : [{ yAxis: limit }],
            lineStyle: { color: 'var(--threshold)', width: 1.5, type: 'dashed' },
            label: { formatter: 'SLA', position: 'insideEndTop', color: 'var(--ink)', fontSize: 12, fontWeight: 600 },
          },
        },
      ],
    },
  };
}
