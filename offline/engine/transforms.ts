/**
 * Runs `transforms` as the engine does: over the SDK's own callback server, so that every option and every kind of value crosses the same
 * border as in a real deployment. Calling the functions directly would be simpler and would hide what does not survive that border.
 */
import { type Callback, CallbackInvokeRequest, CallbacksClient, grpc, proto, Struct } from "./internals";
import { withOutputValues } from "./wire";

export class Transforms {
  private readonly clients = new Map<string, CallbacksClient>();
  private readonly ofStack: Callback[] = [];
  private readonly ofResource = new Map<string, { parent: string; transforms: Callback[] }>();

  addToStack(callback: Callback): void {
    this.ofStack.push(callback);
  }

  /** The resource's own, then each ancestor's, then the stack's: the order of the engine. Changes the request in place. */
  async run(request: proto.RegisterResourceRequest, urn: string): Promise<void> {
    const own = request.getTransformsList();
    this.ofResource.set(urn, { parent: request.getParent(), transforms: own });
    const callbacks = [...own, ...this.inherited(request.getParent()), ...this.ofStack];
    if (callbacks.length === 0) return;
    const dependencies: [string, string[]][] = entries(request.getPropertydependenciesMap()).map(([property, list]) => [
      property,
      list.getUrnsList(),
    ]);
    const properties = (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
    request.setObject(Struct.fromJavaScript(withOutputValues(properties, own.length > 0 ? Object.fromEntries(dependencies) : {}) as never));
    // With transforms of the resource's own, the engine trusts the output values alone for property dependencies, and Node's SDK sends none
    // back: they are lost, and only the resource's whole list of dependencies stays. With inherited transforms alone they are kept.
    if (own.length > 0) request.clearPropertydependenciesMap();
    for (const callback of callbacks) await this.apply(callback, request);
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  private inherited(parent: string): Callback[] {
    const ancestor = this.ofResource.get(parent);
    return ancestor === undefined ? [] : [...ancestor.transforms, ...this.inherited(ancestor.parent)];
  }

  private async apply(callback: Callback, request: proto.RegisterResourceRequest): Promise<void> {
    const answer = proto.TransformResponse.deserializeBinary(await this.call(callback, transformRequest(request).serializeBinary()));
    const properties = answer.getProperties();
    if (properties !== undefined) request.setObject(Struct.fromJavaScript(properties.toJavaScript()));
    const options = answer.getOptions();
    if (options !== undefined) takeOptions(request, options);
  }

  private async call(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
    let client = this.clients.get(callback.getTarget());
    if (client === undefined) {
      client = new CallbacksClient(callback.getTarget(), grpc.credentials.createInsecure());
      this.clients.set(callback.getTarget(), client);
    }
    const invocation = new CallbackInvokeRequest();
    invocation.setToken(callback.getToken());
    invocation.setRequest(request);
    return new Promise((resolve, reject) => {
      client.invoke(invocation, (error, response) =>
        error ? reject(new Error(`a transform failed: ${error.details}`)) : resolve(response.getResponse_asU8()),
      );
    });
  }
}

function transformRequest(request: proto.RegisterResourceRequest): proto.TransformRequest {
  const options = new proto.TransformResourceOptions();
  options.setDependsOnList(request.getDependenciesList());
  if (request.hasProtect()) options.setProtect(request.getProtect() ?? false);
  options.setIgnoreChangesList(request.getIgnorechangesList());
  options.setReplaceOnChangesList(request.getReplaceonchangesList());
  options.setVersion(request.getVersion());
  options.setAliasesList(request.getAliasesList());
  options.setProvider(request.getProvider());
  options.setCustomTimeouts(request.getCustomtimeouts());
  options.setPluginDownloadUrl(request.getPlugindownloadurl());
  if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete() ?? false);
  options.setDeletedWith(request.getDeletedwith());
  if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
  for (const [name, provider] of entries(request.getProvidersMap())) options.getProvidersMap().set(name, provider);

  const transform = new proto.TransformRequest();
  transform.setType(request.getType());
  transform.setName(request.getName());
  transform.setCustom(request.getCustom());
  transform.setParent(request.getParent());
  transform.setProperties(request.getObject());
  transform.setOptions(options);
  return transform;
}

function takeOptions(request: proto.RegisterResourceRequest, options: proto.TransformResourceOptions): void {
  request.setDependenciesList(options.getDependsOnList());
  if (options.hasProtect()) request.setProtect(options.getProtect() ?? false);
  else request.clearProtect();
  request.setIgnorechangesList(options.getIgnoreChangesList());
  request.setReplaceonchangesList(options.getReplaceOnChangesList());
  request.setVersion(options.getVersion());
  request.setAliasesList(options.getAliasesList());
  request.setProvider(options.getProvider());
  request.setCustomtimeouts(options.getCustomTimeouts());
  request.setPlugindownloadurl(options.getPluginDownloadUrl());
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete() ?? false);
  else request.clearRetainondelete();
  request.setDeletedwith(options.getDeletedWith());
  request.setDeletebeforereplacedefined(options.hasDeleteBeforeReplace());
  request.setDeletebeforereplace(options.getDeleteBeforeReplace() ?? false);
  request.setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList());
  request.getProvidersMap().clear();
  for (const [name, provider] of entries(options.getProvidersMap())) request.getProvidersMap().set(name, provider);
}

/** google-protobuf's maps hand out array-like iterators that are not iterable. */
export function entries<T>(map: { toArray?: unknown; forEach(callback: (value: T, key: string) => void): void }): [string, T][] {
  const pairs: [string, T][] = [];
  map.forEach((value, key) => pairs.push([key, value]));
  return pairs;
}
