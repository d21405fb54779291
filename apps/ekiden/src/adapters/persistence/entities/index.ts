import { AgentEntity } from './agent.entity.js';
import { AppEntity } from './app.entity.js';
import { AppVersionEntity } from './app-version.entity.js';
import { DeploymentEntity } from './deployment.entity.js';
import { FrameworkEntity } from './framework.entity.js';
import { GroupEntity } from './group.entity.js';
import { GroupVersionEntity } from './group-version.entity.js';
import { InstanceEntity } from './instance.entity.js';
import { LaunchDelayEntity } from './launch-delay.entity.js';
import { RoleEntity } from './role.entity.js';
import { RootVersionEntity } from './root-version.entity.js';
import { TaskEntity } from './task.entity.js';
import { TaskFailureEntity } from './task-failure.entity.js';
import { VolumeEntity } from './volume.entity.js';
import { UnknownTaskEntity } from './unknown-task.entity.js';

/** The service's tables, for simple reads; every row carries the turn that wrote it. */
export const serviceEntities = [
  AgentEntity,
  AppEntity,
  AppVersionEntity,
  DeploymentEntity,
  FrameworkEntity,
  GroupEntity,
  GroupVersionEntity,
  InstanceEntity,
  LaunchDelayEntity,
  RoleEntity,
  RootVersionEntity,
  TaskEntity,
  TaskFailureEntity,
  VolumeEntity,
  UnknownTaskEntity,
] as const;
