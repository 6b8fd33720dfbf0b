// Copies the link of the video; where the clipboard is closed it is selected for copying.
export function copies(button) {
  const field = document.getElementById(button.dataset.share);
  const said = document.getElementById("share-said");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "链接已复制。";
    } catch {
      field.focus();
      field.select();
      said.textContent = "浏览器不让复制，链接已选中，请自己复制。";
    }
  });
}
