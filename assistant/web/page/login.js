// Signs in with Gradio's own sign-in; the page itself comes after that.

const form = document.querySelector("#login");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const wrong = document.querySelector("#wrong");
  wrong.textContent = "";
  try {
    const response = await fetch("/login", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (response.ok) location.reload();
    else wrong.textContent = "Name or password is wrong.";
  } catch (error) {
    wrong.textContent = "The server does not answer. Is it still running?";
  }
});
document.querySelector("#user").focus();
