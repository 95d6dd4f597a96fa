import type { Assignment, DesiredModule } from '../../fleet/desired-state.ts';
import { timestamp } from './timestamp.ts';

/** A module of desired state; of its assignments, a node runs the last one that selects it. */
export interface ModuleAnswer extends Omit<DesiredModule, 'assignments'> {
  readonly assignments: readonly (Omit<Assignment, 'published_at'> & {
    readonly published_at: string;
  })[];
}

export function moduleAnswer({ name, order, assignments }: DesiredModule): ModuleAnswer {
  return {
    name,
    order,
    assignments: assignments.map((assignment) => ({
      ...assignment,
      published_at: timestamp(assignment.published_at),
    })),
  };
}
