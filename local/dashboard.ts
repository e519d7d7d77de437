// npm run dashboard: draws the deployed dashboard from its definition and what the local stack has measured.
import { readFileSync, writeFileSync } from 'node:fs';
import { DescribeAlarmsCommand, GetDashboardCommand, ListDashboardsCommand } from '@aws-sdk/client-cloudwatch';
import type { EChartsOption } from 'echarts';
import { Html, html } from '../bin/report/html';
import { plot } from '../bin/report/plot';
import { STYLE } from '../bin/report/style';
import { type DashboardMetric, type Line, linesOf, localCloudWatch } from './dashboard-data';
import type { LocalInfo } from './local-info';
import { inHome } from './paths';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly metrics?: readonly DashboardMetric[];
    readonly view?: string;
    readonly stacked?: boolean;
    readonly alarms?: readonly string[];
    readonly yAxis?: { readonly left?: { readonly min?: number; readonly max?: number } };
    readonly annotations?: { readonly horizontal?: readonly { readonly value: number; readonly label?: string }[] };
  };
}

const SINCE_MS = 3 * 3_600_000;
/** CloudWatch's own grid: 24 columns. */
const [COLUMN, ROW] = [52, 46];
const COLORS = ['#0059a3', '#c2500a', '#008f68', '#b0609a', '#39414f', '#8a6d00', '#5b7fb5', '#a94442'];

async function main(): Promise<void> {
  const info = JSON.parse(readFileSync(inHome('local.json'), 'utf8')) as LocalInfo;
  const client = localCloudWatch(info);
  const { DashboardEntries = [] } = await client.send(new ListDashboardsCommand({}));
  for (const { DashboardName } of DashboardEntries) {
    const { DashboardBody } = await client.send(new GetDashboardCommand({ DashboardName }));
    const { widgets } = JSON.parse(DashboardBody!) as { readonly widgets: readonly Widget[] };
    const since = new Date(Date.now() - SINCE_MS);
    const lines = await Promise.all(widgets.map(({ properties }) => linesOf(client, properties.metrics ?? [], since)));
    const first = Math.min(...lines.flat().map(({ points }) => points[0]![0]));
    const drawn = await Promise.all(
      widgets.map(async (widget, i) => {
        const { alarms } = widget.properties;
        return cell(widget, alarms ? await alarmList(alarms) : show(widget, lines[i]!, `w${i}`, first));
      }),
    );
    const file = inHome(`${DashboardEntries.length === 1 ? 'dashboard' : DashboardName}.html`);
    writeFileSync(file, page(drawn));
    process.stdout.write(`${file}\n`);
  }

  async function alarmList(arns: readonly string[]): Promise<Html> {
    const names = arns.map((arn) => arn.split(':alarm:')[1]!);
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: names }));
    return html`<ul class="alarms">
      ${MetricAlarms.map(
        ({ AlarmName = '', StateValue = '' }) =>
          html`<li class="${StateValue}">
            ${AlarmName.replace(/^.*?Alarms/, '').replace(/[0-9A-F]{8}-[0-9A-F]+$/, '')}
          </li>`,
      )}
    </ul>`;
  }
}

function show({ width, height, properties }: Widget, lines: readonly Line[], id: string, since: number): Html {
  const { title = '', markdown, view, stacked, yAxis, annotations } = properties;
  if (markdown !== undefined) {
    const [heading = '', text = ''] = markdown.replace(/^# /, '').split('\n');
    return html`<h1>${heading}</h1>
      <p>${text}</p>`;
  }
  if (view === 'singleValue')
    return html`<h2>${title}</h2>
      <dl>
        ${lines.map(
          (line) =>
            html`<div>
              <dt>${line.label}</dt>
              <dd>${short(ofLastHour(line))}</dd>
            </div>`,
        )}
      </dl>`;
  const limits = annotations?.horizontal ?? [];
  // Of many, people look for the one that sticks out.
  const shown = lines.length > COLORS.length ? [...lines].sort((a, b) => largest(b) - largest(a)) : lines;
  const option: EChartsOption = {
    color: COLORS,
    grid: { left: 48, right: 14, top: 10, bottom: 24 },
    xAxis: {
      type: 'time',
      // All over the same time, so that what happens at once stands at the same place.
      min: since,
      max: Date.now(),
      minInterval: (Date.now() - since) / 4,
      splitNumber: 3,
      axisLabel: { hideOverlap: true, fontSize: 11, formatter: '{HH}:{mm}', showMinLabel: false, showMaxLabel: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: yAxis?.left?.min ?? 0,
      ...(yAxis?.left?.max === undefined ? {} : { max: yAxis.left.max, interval: yAxis.left.max > 1 ? 1 : 0.5 }),
      axisLabel: { fontSize: 11, formatter: (x: number) => short(x) },
      splitNumber: 3,
    },
    series: shown.map(({ label, points }, i) => ({
      name: label,
      type: 'line',
      data: points.map((point) => [...point]),
      symbolSize: points.length > 1 ? 3 : 6,
      ...(stacked ? { stack: 'all', areaStyle: { opacity: 0.35 } } : {}),
      ...(i === 0 && limits.length > 0
        ? {
            markLine: {
              symbol: 'none',
              silent: true,
              lineStyle: { color: '#d13212', type: 'dashed' },
              label: { formatter: ({ name }: { name: string }) => name, position: 'insideEndTop', fontSize: 11 },
              data: limits.map(({ value, label: name = '' }) => ({ yAxis: value, name })),
            },
          }
        : {}),
    })),
  };
  const keys = shown.slice(0, lines.length > COLORS.length ? MOST_NAMED : COLORS.length).map(({ label }) => label);
  return html`<h2>${title}</h2>
    ${
      lines.length === 0
        ? html`<p class="none">nothing measured</p>`
        : plot(
            id,
            width * COLUMN - 24,
            { height: height * ROW - (keys.length > 0 ? 68 : 46), option },
            { title, description: title },
          )
    }
    <p class="keys">${keys.map((label, i) => html`<span><i style="background:${COLORS[i]}"></i>${label}</span>`)}</p>`;
}

const HOUR_MS = 3_600_000;
const MOST_NAMED = 2;
const largest = ({ points }: Line): number => Math.max(...points.map(([, value]) => value));

/** As CloudWatch has it of a period: counts are added up, all else is averaged. */
function ofLastHour({ stat, points }: Line): number {
  const values = points.filter(([at]) => at > Date.now() - HOUR_MS).map(([, value]) => value);
  const total = values.reduce((sum, value) => sum + value, 0);
  return stat === 'Sum' ? total : total / Math.max(1, values.length);
}

const short = (x: number): string => Number(x.toPrecision(3)).toLocaleString('en-US');

const cell = ({ x, y, width, height }: Widget, content: Html): Html =>
  html`<div
    class="cell"
    style="left:${x * COLUMN}px;top:${y * ROW}px;width:${width * COLUMN - 8}px;height:${height * ROW - 8}px"
  >
    ${content}
  </div>`;

const page = (cells: readonly Html[]): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Dashboard</title>
        <style>
          ${new Html(STYLE)} ${new Html(OWN_STYLE)}
        </style>
      </head>
      <body>
        ${cells}
      </body>
    </html> `.source;

const OWN_STYLE = `
body { position: relative; max-width: none; width: 1260px; margin: 12px; padding: 0; background: #f2f3f5; }
.cell { position: absolute; background: #fff; border: 1px solid #d9dde4; padding: 8px 12px; overflow: hidden; }
.cell h1 { font-size: 26px; margin: 0; } .cell h2 { font-size: 14px; margin: 0 0 4px; letter-spacing: 0; max-width: none; }
.keys span { font-size: 11.5px; margin-right: 12px; white-space: nowrap; } .keys i { display: inline-block; width: 9px; height: 9px; margin-right: 4px; }
.keys { display: block; } .none { color: #5a6270; padding-top: 40px; text-align: center; }
dl { display: flex; gap: 64px; padding-top: 20px; } dt { font-size: 13px; color: #5a6270; } dd { font-size: 34px; font-weight: 650; margin: 0; }
.alarms { list-style: none; display: flex; flex-wrap: wrap; gap: 6px; padding: 0; } .alarms li { font-size: 12px; padding: 3px 8px; border: 1px solid #d9dde4; border-left: 4px solid #a9b0bb; }
.alarms .OK { border-left-color: #008f68; } .alarms .ALARM { border-left-color: #d13212; background: #fdecea; }
`;

main().catch((error: unknown) => {
  process.stderr.write(`Is npm start running? ${(error as Error).message}\n`);
  process.exitCode = 1;
});
