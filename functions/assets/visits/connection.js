// A test of the network: two connections of this page meet as two browsers would, through the relay where there is one.
const PATIENCE = 8000;

const isRelay = ({ urls }) => [urls].flat().some((one) => /^turns?:/.test(one));

/** Return whether data gets through with these servers within some seconds. */
export const getsThrough = async (iceServers) => {
  const iceTransportPolicy = iceServers.some(isRelay) ? "relay" : "all";
  const pair = [0, 1].map(() => new RTCPeerConnection({ iceServers, iceTransportPolicy }));
  const late = new Promise((go) => setTimeout(() => go(false), PATIENCE));
  try {
    return await Promise.race([meet(...pair), late]);
  } catch {
    return false; // a browser that is forbidden to connect
  } finally {
    pair.forEach((one) => one.close());
  }
};

const meet = async (ours, theirs) => {
  const channel = ours.createDataChannel("test", { negotiated: true, id: 0 });
  theirs.createDataChannel("test", { negotiated: true, id: 0 });
  const isOpen = new Promise((go) => (channel.onopen = () => go(true)));
  for (const [one, other] of [[ours, theirs], [theirs, ours]]) {
    one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate).catch(() => {}); // closed meanwhile
  }
  await ours.setLocalDescription();
  await theirs.setRemoteDescription(ours.localDescription);
  await theirs.setLocalDescription();
  await ours.setRemoteDescription(theirs.localDescription);
  return isOpen;
};
