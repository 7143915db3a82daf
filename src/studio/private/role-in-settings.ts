import { intrinsicOf, isMissing } from '../../private/intrinsics';

/** Returns the execution role of resolved settings: a string, a function, or undefined. A missing branch of a condition is that of the other. */
export function executionRoleIn(settings: any): unknown {
  if (intrinsicOf(settings) === 'Fn::If') {
    const [condition, yes, no] = settings['Fn::If'];
    const [ofYes, ofNo] = [yes, no].map(executionRoleIn);
    return ofYes === undefined || ofNo === undefined ? ofYes ?? ofNo : { 'Fn::If': [condition, ofYes, ofNo] };
  }
  const role = isMissing(settings) ? undefined : settings.executionRole ?? settings.ExecutionRole;
  return intrinsicOf(role) === 'Fn::If' ? executionRoleIn({ 'Fn::If': [role['Fn::If'][0], ...role['Fn::If'].slice(1).map((ExecutionRole: unknown) => ({ ExecutionRole }))] })
    : isMissing(role) ? undefined : role;
}
