import type * as RenderCalibration from './render-calibration';
import type * as RenderImpact from './render-impact';
import type * as RenderReport from './render-report';

// The chart library takes as long to load as all else together, so that only a command that draws loads it. By require:
// in a checkout the sources run through tsx's CommonJS loader, which does not see import().
/* eslint-disable @typescript-eslint/no-require-imports */

export const loadRenderReport = (): typeof RenderReport => require('./render-report') as typeof RenderReport;

export const loadRenderImpact = (): typeof RenderImpact => require('./render-impact') as typeof RenderImpact;

export const loadRenderCalibration = (): typeof RenderCalibration =>
  require('./render-calibration') as typeof RenderCalibration;
