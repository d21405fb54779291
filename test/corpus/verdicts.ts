/**
 * What happens to the files of the corpus whose manifest does not say, or says otherwise than
 * marathon-api does: accepted, or refused at a path with a text.
 */
export interface Verdict {
  /** Sections are those of marathon-api. */
  readonly because: string;
  /** Absent: accepted. */
  readonly refused?: { readonly path: string; readonly says: string };
  readonly files: readonly string[];
}

export const VERDICTS: readonly Verdict[] = [
  {
    because:
      'fields that only answers carry are unknown ones or not looked at on creation (1.7, 5.1)',
    files: [
      'depcon-marathon-testdata-apps-get-app-response-15f74c.json',
      'marathon-bigip-ctlr-tests-marathon-app-no-hm-9d157c.json',
      'marathon-bigip-ctlr-tests-marathon-app-scaled-b0d02b.json',
      'marathon-bigip-ctlr-tests-marathon-app-with-one-unconfig-service-port-9ccd39.json',
      'marathon-bigip-ctlr-tests-marathon-invalid-apps-b82d0b.json',
      'marathon-bigip-ctlr-tests-marathon-no-apps-477334.json',
      'marathon-bigip-ctlr-tests-marathon-one-app-d50b61.json',
      'marathon-bigip-ctlr-tests-marathon-one-app-https-8b2e56.json',
      'marathon-bigip-ctlr-tests-marathon-one-app-missing-data-7440c6.json',
      'marathon-bigip-ctlr-tests-marathon-one-app-no-port-label-4b20f9.json',
      'marathon-bigip-ctlr-tests-marathon-one-app-pool-only-1eeda4.json',
      'marathon-bigip-ctlr-tests-marathon-one-app-two-service-ports-52df24.json',
      'marathon-bigip-ctlr-tests-marathon-one-app-zero-instances-638584.json',
      'marathon-bigip-ctlr-tests-marathon-one-iapp-5fec14.json',
      'marathon-bigip-ctlr-tests-marathon-one-iapp-column-names-51a500.json',
      'marathon-bigip-ctlr-tests-marathon-one-iapp-with-tables-a787da.json',
      'marathon-bigip-ctlr-tests-marathon-two-apps-fce8dd.json',
      'marathon-bigip-ctlr-tests-marathon-two-apps-two-partitions-22442f.json',
      'marathon-bigip-ctlr-tests-marathon-two-apps-v152-3838ca.json',
      'marathon-consul-apps-testdata-app-9e9516.json',
      'marathon-ui-src-test-fixtures-minimalappfullconfig-dd3e43.json',
      'shpkpr-tests-fixtures-valid-app-a718fb.json',
    ],
  },
  {
    because:
      'the lengths of uris are not looked at (2.2); there is nothing to fetch at an empty one',
    files: ['universe-c-ceph-dash-0-marathon-7307f2.json'],
  },
  {
    because: 'a health check without a port means the first one (6.4)',
    files: ['universe-i-influxdb-0-marathon-a58dfe.json'],
  },
  {
    because: 'its placeholders are text like any other',
    files: ['universe-k-koding-0-marathon-81d16c.json'],
  },
  {
    because: '1.0 is a whole number of instances in JSON',
    files: ['universe-m-mr-redis-0-marathon-3745c4.json'],
  },
  {
    because: "acceptedResourceRoles may name * and the app's own role only (7.5)",
    refused: { path: '/acceptedResourceRoles', says: 'acceptedResourceRoles can only contain *' },
    files: [
      'dcos-docs-1-10-deploying-services-creating-services-index-md-block6-e158f1.json',
      'dcos-docs-1-10-deploying-services-creating-services-index-md-block7-68ab81.json',
      'dcos-docs-1-10-tutorials-create-service-md-block4-a4a024.json',
      'dcos-docs-1-7-usage-tutorials-tomcat-index-md-block3-09a985.json',
      'dcos-docs-1-8-usage-managing-services-expose-service-md-block1-b71cca.json',
      'examples-portworx-1-10-readme-md-block2-b3cb43.json',
      'shpkpr-tests-fixtures-marathon-bluegreen-app-existing-5efee2.json',
      'universe-a-artifactory-lb-3-marathon-3999e2.json',
      'universe-a-artifactory-lb-4-marathon-57950a.json',
      'universe-b-beta-marathon-lb-2-marathon-a48b0c.json',
      'universe-c-cadvisor-0-marathon-55dd9c.json',
      'universe-c-cadvisor-1-marathon-054bbc.json',
      'universe-c-ceph-1-marathon-124244.json',
      'universe-c-ceph-2-marathon-bfb00d.json',
      'universe-d-datadog-5-marathon-143912.json',
      'universe-d-datadog-6-marathon-1a2f44.json',
      'universe-d-dynatrace-0-marathon-b7674a.json',
      'universe-d-dynatrace-1-marathon-3688ef.json',
      'universe-e-ecr-login-0-marathon-f9a107.json',
      'universe-e-ecr-login-1-marathon-4eebf0.json',
      'universe-l-linkerd-viz-3-marathon-d2ac29.json',
      'universe-l-linkerd-viz-4-marathon-d48c8e.json',
      'universe-l-linkerd-11-marathon-ee4e56.json',
      'universe-l-linkerd-12-marathon-50a755.json',
      'universe-m-marathon-lb-rc-0-marathon-1d32f0.json',
      'universe-m-marathon-lb-44-marathon-f43b51.json',
      'universe-m-msoms-1-marathon-7ab0ee.json',
      'universe-m-msoms-2-marathon-304966.json',
      'universe-n-netsil-collectors-2-marathon-711851.json',
      'universe-o-openvpn-1-marathon-7437be.json',
      'universe-o-openvpn-2-marathon-b2baa4.json',
    ],
  },
  {
    because: 'gpus need a feature that is off unless switched on (7.2)',
    refused: {
      path: '/',
      says: 'Feature gpu_resources is not enabled. Enable with --enable_features gpu_resources)',
    },
    files: [
      'dcos-docs-1-10-deploying-services-gpu-md-block2-11c8d3.json',
      'dcos-docs-1-10-deploying-services-gpu-md-block5-27670a.json',
    ],
  },
  {
    because: 'external volumes need a feature that is off unless switched on (7.2)',
    refused: {
      path: '/container/volumes(0)',
      says: 'Feature external_volumes is not enabled. Enable with --enable_features external_volumes)',
    },
    files: [
      'dcos-docs-1-10-storage-external-storage-md-block1-c15a61.json',
      'dcos-docs-1-10-storage-external-storage-md-block2-962876.json',
    ],
  },
  {
    because: 'persistent volumes need a role of their own (7.5)',
    refused: { path: '/role', says: 'Resident apps cannot have the role *' },
    files: [
      'dcos-docs-1-10-storage-mount-disk-resources-md-block11-9b22ba.json',
      'dcos-docs-1-9-storage-mount-disk-resources-md-block10-c86c9d.json',
      'universe-b-bookkeeper-0-marathon-98a2ba.json',
      'universe-e-exhibitor-2-marathon-07154c.json',
      'universe-e-exhibitor-3-marathon-a8e7cd.json',
      'universe-k-koding-1-marathon-8e336f.json',
      'universe-n-netsil-2-marathon-f37d69.json',
      'universe-n-netsil-3-marathon-2aed91.json',
    ],
  },
  {
    because: "a role is the service's or that of the top-level group (6.5)",
    refused: { path: '/role', says: 'got slave_public, expected one of: [*, dev]' },
    files: ['marathon-docs-docs-multirole-md-block11-dc86b3.json'],
  },
  {
    because: "a role is the service's or that of the top-level group (6.5)",
    refused: { path: '/role', says: 'got slave_public, expected one of: [*]' },
    files: [
      'universe-b-beta-jenkins-0-marathon-012ed4.json',
      'universe-j-jenkins-100-marathon-95a74e.json',
      'universe-j-jenkins-200-marathon-5c1542.json',
    ],
  },
  {
    because:
      'the manifest accepts it, but an upgradeStrategy needs both numbers, and one is misspelled (5.1)',
    refused: {
      path: '/upgradeStrategy/minimumHealthCapacity',
      says: "'minimumHealthCapacity' is undefined on object",
    },
    files: ['universe-c-concord-0-marathon-a985d5.json'],
  },
  {
    because: 'pods have endpoints of their own (4.3)',
    files: [
      'dcos-docs-1-10-deploying-services-pods-examples-md-block1-7022e1.json',
      'dcos-docs-1-10-deploying-services-pods-examples-md-block2-529795.json',
      'dcos-docs-1-10-deploying-services-pods-examples-md-block3-7b455d.json',
      'dcos-docs-1-10-deploying-services-pods-examples-md-block4-50919e.json',
      'dcos-docs-1-10-deploying-services-pods-examples-md-block5-ab14d8.json',
      'dcos-docs-1-10-deploying-services-pods-examples-md-block8-e5fcab.json',
      'dcos-docs-1-10-deploying-services-pods-quickstart-md-block1-4f0df1.json',
      'dcos-docs-1-10-deploying-services-pods-using-pods-md-block7-718e13.json',
    ],
  },
  {
    because: 'container networks need a name, their own or the one of a setting (6.2)',
    refused: {
      path: '/networks',
      says: 'Network name must be specified when container network is selected.',
    },
    files: [
      'dcos-docs-1-10-deploying-services-pods-examples-md-block6-bb9aeb.json',
      'dcos-docs-1-10-deploying-services-pods-examples-md-block7-516288.json',
    ],
  },
  {
    because: 'persistent volumes need a role of their own (7.5)',
    refused: { path: '/role', says: 'Resident pods cannot have the role *' },
    files: ['marathon-docs-docs-persistent-volumes-md-block10-c512a6.json'],
  },
];
