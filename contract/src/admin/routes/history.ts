import * as audit from '../audit.ts'
import * as projects from '../projects.ts'
import { inProject, inProjectById, none, reads, removes, sends } from './route.ts'

/** Who is told of what happens, and what has happened. */
export const historyRoutes = {
  listWebhooks: reads('listWebhooks', {
    params: inProject,
    query: none,
    response: projects.webhookPage,
  }),
  createWebhook: sends('createWebhook', {
    params: inProject,
    query: none,
    body: projects.createWebhook,
    response: projects.webhookChanged,
    status: 201,
  }),
  deleteWebhook: removes('deleteWebhook', {
    params: inProjectById,
    response: projects.webhookChanged,
  }),
  listAudit: reads('listAudit', {
    params: inProject,
    query: audit.auditQuery,
    response: audit.auditPage,
  }),
  verifyAudit: reads('verifyAudit', {
    params: inProject,
    query: none,
    response: audit.auditVerified,
  }),
} as const
