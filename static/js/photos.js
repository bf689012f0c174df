/* Photos are made smaller on the device before they are sent: at most 2,048 pixels a side, JPEG. A file that would not
   get smaller, is no picture, or cannot be read here is sent whole; so is everything where scripts do not run. */
(() => {
  "use strict";

  const LONGEST = 2048;
  const QUALITY = 0.85;
  const KINDS = ["image/jpeg", "image/png", "image/webp"];

  const shrink = async (file) => {
    if (!KINDS.includes(file.type)) return file;
    let picture;
    try {
      picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      const brush = canvas.getContext("2d");
      brush.fillStyle = "white"; // what was transparent
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      if (!blob || blob.size >= file.size) return file;
      const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
      return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
    } catch {
      return file;
    } finally {
      picture?.close();
    }
  };

  for (const input of document.querySelectorAll("form input[type=file]")) {
    let turn = 0;
    input.addEventListener("change", async () => {
      const mine = ++turn;
      const chosen = [...input.files];
      const smaller = [];
      for (const file of chosen) smaller.push(await shrink(file)); // one by one: a phone has little memory
      if (mine !== turn || smaller.every((file, place) => file === chosen[place])) return;
      try {
        const carrier = new DataTransfer();
        for (const file of smaller) carrier.items.add(file);
        input.files = carrier.files;
      } catch {
        /* An old browser: the files go as they are. */
      }
    });
  }
})();
