import * as layers from '../layers.ts'
import { key } from '../primitives.ts'
import * as projects from '../projects.ts'
import { inProject, none, ofLayer, reads, removes, sends } from './route.ts'

/** Segments and layers. */
export const segmentRoutes = {
  listSegments: reads('listSegments', {
    params: inProject,
    query: none,
    response: projects.segmentPage,
  }),
  getSegment: reads('getSegment', {
    params: inProject.extend({ segment: key }),
    query: none,
    response: projects.segment,
  }),
  putSegment: sends('putSegment', {
    params: inProject.extend({ segment: key }),
    query: none,
    body: projects.putSegment,
    response: projects.segmentChanged,
    status: 200,
  }),
  deleteSegment: removes('deleteSegment', {
    params: inProject.extend({ segment: key }),
    response: projects.segmentChanged,
  }),
  listLayers: reads('listLayers', { params: inProject, query: none, response: layers.layerPage }),
  getLayer: reads('getLayer', { params: ofLayer, query: none, response: layers.layer }),
  putLayer: sends('putLayer', {
    params: ofLayer,
    query: none,
    body: layers.putLayer,
    response: layers.layerChanged,
    status: 200,
  }),
  deleteLayer: removes('deleteLayer', { params: ofLayer, response: layers.layerChanged }),
} as const
