// Copies the address beside the button; where the clipboard is closed it is selected for copying.
(() => {
  for (const button of document.querySelectorAll("[data-copy-link]")) {
    const field = button.parentElement.querySelector("input");
    const status = button.parentElement.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        status.textContent = "已复制。打开微信，发给自己或“文件传输助手”，再点开。";
      } catch {
        field.focus();
        field.select();
        status.textContent = "浏览器不让复制，链接已选中，长按它来复制。";
      }
    });
  }
})();
