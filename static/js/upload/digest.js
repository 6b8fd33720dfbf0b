// A worker that hashes pieces of files, so that the page stays quick meanwhile.

onmessage = async ({ data: { number, blob } }) => {
  try {
    const bytes = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    postMessage({ number, bytes });
  } catch (error) {
    postMessage({ number, error: error.name });
  }
};
