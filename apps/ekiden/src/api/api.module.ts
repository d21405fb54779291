import { Module, type DynamicModule } from '@nestjs/common';
import { ApiContext } from './api-context.js';
import { DocsController } from './docs/index.js';
import {
  ConfigController,
  HomeController,
  LoggingController,
  MetricsController,
  PingController,
} from './system/index.js';
import {
  AgentsController,
  MaintenanceController,
  AppController,
  AppTasksController,
  AppsController,
  DeploymentsController,
  EventsController,
  ExecController,
  GroupVersionsController,
  GroupsController,
  InfoController,
  LeaderController,
  OffersController,
  PluginsController,
  PodController,
  PodInstancesController,
  PodsController,
  QueueController,
  RolesController,
  TaskFilesController,
  TaskLogsController,
  TasksController,
  UnknownTasksController,
  VolumesController,
  WhyController,
} from './v2/index.js';

/** The HTTP surface over a service. */
@Module({})
export class ApiModule {
  static over(api: ApiContext): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        AppsController,
        AppController,
        AppTasksController,
        PodsController,
        PodController,
        PodInstancesController,
        GroupVersionsController,
        GroupsController,
        TasksController,
        TaskLogsController,
        TaskFilesController,
        UnknownTasksController,
        ExecController,
        DeploymentsController,
        QueueController,
        WhyController,
        AgentsController,
        VolumesController,
        MaintenanceController,
        OffersController,
        RolesController,
        EventsController,
        InfoController,
        LeaderController,
        PluginsController,
        ConfigController,
        LoggingController,
        MetricsController,
        PingController,
        HomeController,
        DocsController,
      ],
      providers: [{ provide: ApiContext, useValue: api }],
    };
  }
}
