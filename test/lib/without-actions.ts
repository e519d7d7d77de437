import creditRisk from '../../examples/credit-risk/pipeline';

/** The example's definition without its actions, which need workflows beside the pipeline. */
export const { actions: _, ...withoutActions } = creditRisk;
