import type { ServiceName } from './services.ts';

/** What an action takes and gives: its arguments in order, each with the state variable that it is of. */
export interface ActionTable {
  readonly in: Readonly<Record<string, string>>;
  readonly out: Readonly<Record<string, string>>;
}

export interface VariableTable {
  readonly type: 'string' | 'ui4' | 'i4' | 'int' | 'bin.base64';
  /** Subscribers are told when it changes. */
  readonly isEvented?: true;
  readonly values?: readonly string[];
}

/** What can be asked of a service, UDA 1.0 §2.3. */
export interface ServiceTable {
  readonly actions: Readonly<Record<string, ActionTable>>;
  readonly variables: Readonly<Record<string, VariableTable>>;
}

const LISTED = {
  Result: 'A_ARG_TYPE_Result',
  NumberReturned: 'A_ARG_TYPE_Count',
  TotalMatches: 'A_ARG_TYPE_Count',
  UpdateID: 'A_ARG_TYPE_UpdateID',
};

const WINDOW = {
  Filter: 'A_ARG_TYPE_Filter',
  StartingIndex: 'A_ARG_TYPE_Index',
  RequestedCount: 'A_ARG_TYPE_Count',
  SortCriteria: 'A_ARG_TYPE_SortCriteria',
};

/** ContentDirectory:1 §2.5 and §2.7; the actions with X_ are Samsung's. */
const CONTENT_DIRECTORY: ServiceTable = {
  actions: {
    GetSearchCapabilities: { in: {}, out: { SearchCaps: 'SearchCapabilities' } },
    GetSortCapabilities: { in: {}, out: { SortCaps: 'SortCapabilities' } },
    GetSystemUpdateID: { in: {}, out: { Id: 'SystemUpdateID' } },
    Browse: {
      in: { ObjectID: 'A_ARG_TYPE_ObjectID', BrowseFlag: 'A_ARG_TYPE_BrowseFlag', ...WINDOW },
      out: LISTED,
    },
    Search: {
      in: { ContainerID: 'A_ARG_TYPE_ObjectID', SearchCriteria: 'A_ARG_TYPE_SearchCriteria', ...WINDOW },
      out: LISTED,
    },
    X_GetFeatureList: { in: {}, out: { FeatureList: 'A_ARG_TYPE_Featurelist' } },
    X_SetBookmark: {
      in: {
        CategoryType: 'A_ARG_TYPE_CategoryType',
        RID: 'A_ARG_TYPE_RID',
        ObjectID: 'A_ARG_TYPE_ObjectID',
        PosSecond: 'A_ARG_TYPE_PosSec',
      },
      out: {},
    },
  },
  variables: {
    TransferIDs: { type: 'string', isEvented: true },
    SystemUpdateID: { type: 'ui4', isEvented: true },
    ContainerUpdateIDs: { type: 'string', isEvented: true },
    SearchCapabilities: { type: 'string' },
    SortCapabilities: { type: 'string' },
    A_ARG_TYPE_ObjectID: { type: 'string' },
    A_ARG_TYPE_Result: { type: 'string' },
    A_ARG_TYPE_SearchCriteria: { type: 'string' },
    A_ARG_TYPE_BrowseFlag: { type: 'string', values: ['BrowseMetadata', 'BrowseDirectChildren'] },
    A_ARG_TYPE_Filter: { type: 'string' },
    A_ARG_TYPE_SortCriteria: { type: 'string' },
    A_ARG_TYPE_Index: { type: 'ui4' },
    A_ARG_TYPE_Count: { type: 'ui4' },
    A_ARG_TYPE_UpdateID: { type: 'ui4' },
    A_ARG_TYPE_Featurelist: { type: 'string' },
    A_ARG_TYPE_CategoryType: { type: 'ui4' },
    A_ARG_TYPE_RID: { type: 'ui4' },
    A_ARG_TYPE_PosSec: { type: 'ui4' },
  },
};

/** ConnectionManager:1 §2.2 and §2.4. */
const CONNECTION_MANAGER: ServiceTable = {
  actions: {
    GetProtocolInfo: { in: {}, out: { Source: 'SourceProtocolInfo', Sink: 'SinkProtocolInfo' } },
    GetCurrentConnectionIDs: { in: {}, out: { ConnectionIDs: 'CurrentConnectionIDs' } },
    GetCurrentConnectionInfo: {
      in: { ConnectionID: 'A_ARG_TYPE_ConnectionID' },
      out: {
        RcsID: 'A_ARG_TYPE_RcsID',
        AVTransportID: 'A_ARG_TYPE_AVTransportID',
        ProtocolInfo: 'A_ARG_TYPE_ProtocolInfo',
        PeerConnectionManager: 'A_ARG_TYPE_ConnectionManager',
        PeerConnectionID: 'A_ARG_TYPE_ConnectionID',
        Direction: 'A_ARG_TYPE_Direction',
        Status: 'A_ARG_TYPE_ConnectionStatus',
      },
    },
  },
  variables: {
    SourceProtocolInfo: { type: 'string', isEvented: true },
    SinkProtocolInfo: { type: 'string', isEvented: true },
    CurrentConnectionIDs: { type: 'string', isEvented: true },
    A_ARG_TYPE_ConnectionStatus: {
      type: 'string',
      values: ['OK', 'ContentFormatMismatch', 'InsufficientBandwidth', 'UnreliableChannel', 'Unknown'],
    },
    A_ARG_TYPE_ConnectionManager: { type: 'string' },
    A_ARG_TYPE_Direction: { type: 'string', values: ['Input', 'Output'] },
    A_ARG_TYPE_ProtocolInfo: { type: 'string' },
    A_ARG_TYPE_ConnectionID: { type: 'i4' },
    A_ARG_TYPE_AVTransportID: { type: 'i4' },
    A_ARG_TYPE_RcsID: { type: 'i4' },
  },
};

/** Microsoft's; [MS-DLNHND] tells of it. */
const RECEIVER_REGISTRAR: ServiceTable = {
  actions: {
    IsAuthorized: { in: { DeviceID: 'A_ARG_TYPE_DeviceID' }, out: { Result: 'A_ARG_TYPE_Result' } },
    IsValidated: { in: { DeviceID: 'A_ARG_TYPE_DeviceID' }, out: { Result: 'A_ARG_TYPE_Result' } },
    RegisterDevice: {
      in: { RegistrationReqMsg: 'A_ARG_TYPE_RegistrationReqMsg' },
      out: { RegistrationRespMsg: 'A_ARG_TYPE_RegistrationRespMsg' },
    },
  },
  variables: {
    AuthorizationGrantedUpdateID: { type: 'ui4', isEvented: true },
    AuthorizationDeniedUpdateID: { type: 'ui4', isEvented: true },
    ValidationSucceededUpdateID: { type: 'ui4', isEvented: true },
    ValidationRevokedUpdateID: { type: 'ui4', isEvented: true },
    A_ARG_TYPE_DeviceID: { type: 'string' },
    A_ARG_TYPE_Result: { type: 'int' },
    A_ARG_TYPE_RegistrationReqMsg: { type: 'bin.base64' },
    A_ARG_TYPE_RegistrationRespMsg: { type: 'bin.base64' },
  },
};

export const SERVICE_TABLES: Readonly<Record<ServiceName, ServiceTable>> = {
  'content-directory': CONTENT_DIRECTORY,
  'connection-manager': CONNECTION_MANAGER,
  'receiver-registrar': RECEIVER_REGISTRAR,
};
