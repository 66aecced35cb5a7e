// The fixed elements of the probe, which its views fill.

import { MOST_NODES } from "../drawing.js";

export const template = `
<div class="top">
  <div class="pick"><label for="network">Network</label><select id="network"></select></div>
  <div class="pick"><label for="compare">Compare with</label><select id="compare"></select></div>
  <span class="status"></span>
  <p class="warning" role="status"></p>
  <span class="connection" role="status"></span>
</div>
<div class="main">
  <section aria-label="The input">
    <div class="title">
      <h2>Input</h2>
      <span class="speed"><label for="speed">Speed of ▶</label>
        <select id="speed" aria-label="Speed"><option value="0.25">¼×</option><option value="0.5">½×</option><option value="1" selected>1×</option><option value="2">2×</option></select></span>
    </div>
    <div class="parameters"></div>
    <div class="row">
      <label class="switch"><input type="checkbox" role="switch" id="beyond"><span>Beyond the training range</span></label>
    </div>
    <div class="noise"></div>
    <div class="row"><button type="button" id="pin" aria-pressed="false">Pin this input</button></div>
  </section>
  <section class="plot" aria-label="Input and reconstruction">
    <div class="measure"><span>Error (MSE)</span> <b class="mse">–</b></div>
    <ul class="legend">
      <li class="input"><i></i>Input</li>
      <li class="output off"><i></i>Reconstruction</li>
      <li class="pinned off"><i></i>Pinned input</li>
      <li class="other off"><i></i>Other network, MSE <b></b></li>
    </ul>
    <canvas role="img" aria-label="The input and its reconstruction."></canvas>
    <p class="explained"></p>
  </section>
  <section class="latents empty" aria-label="The bottleneck">
    <h2>Latent values</h2>
    <p class="help">The only numbers that pass through the bottleneck.</p>
    <p class="sentence"></p>
    <div class="bar-place"></div>
    <figure class="traversal"><canvas aria-hidden="true"></canvas><figcaption></figcaption></figure>
  </section>
</div>
<section class="flowing" aria-label="The network">
  <h2>What flows through each node</h2>
  <p class="help key"><i class="minus"></i>below zero <i class="plus"></i>above zero; the stronger the colour, the larger the value. Hidden layers wider than ${MOST_NODES} nodes are drawn in part.</p>
  <div class="picture"></div>
</section>
<section class="decoder" aria-label="The decoder alone"></section>
<p class="announcement" role="status"></p>
`;

export const decoderTemplate = `
<h2>Turn it around: draw from latent values</h2>
<p class="help">Set the latent values yourself. The second half of the network, the decoder, draws a curve from them.</p>
<p class="sentence"></p>
<div class="turned">
  <div>
    <div class="row">
      <button type="button" class="send">Copy from your signal</button>
      <span class="help">Sets them to the latent values of the signal above.</span>
    </div>
    <div class="handles" tabindex="0" role="group" aria-label="Latent values to set"></div>
  </div>
  <div class="plot">
    <ul class="legend"><li class="output"><i></i>What the decoder draws</li><li class="fit off"><i></i><span class="closest"></span></li></ul>
    <canvas role="img" aria-label="What the decoder draws."></canvas>
    <div class="row fits">
      <label class="switch"><input type="checkbox" role="switch" class="fitting"><span class="fit-name"></span></label>
      <button type="button" class="take"></button>
    </div>
    <p class="fitted"></p>
  </div>
</div>`;
